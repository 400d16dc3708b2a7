import torch, os, copy
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau, StepLR
class EarlyStopping:
    def __init__(self, patience=2, delta=0.0, path="best.pt"):
        self.patience, self.delta, self.path = patience, delta, path
        self.best, self.counter, self.stop = None, 0, False
    def __call__(self, val, model):
        if self.best is None or val < self.best - self.delta:
            self.best, self.counter = val, 0
            torch.save({"model": model.state_dict(), "val": val}, self.path)
        else:
            self.counter += 1
            print(f"EarlyStopping counter: {self.counter} out of {self.patience}")
            self.stop = self.counter >= self.patience
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 4), nn.ELU(), nn.Linear(4, 1))
x, y = torch.randn(16, 2), torch.randn(16, 1)
opt = torch.optim.SGD(model.parameters(), lr=1.0, momentum=0.9, weight_decay=1e-3)
sched = ReduceLROnPlateau(opt, mode="min", factor=0.5, patience=0)
es = EarlyStopping()
for epoch in range(8):
    model.train()
    loss = nn.functional.l1_loss(model(x[:12]), y[:12])
    opt.zero_grad(); loss.backward(); opt.step()
    model.eval()
    with torch.no_grad():
        val = nn.functional.l1_loss(model(x[12:]), y[12:]).item()
    sched.step(val)
    es(val, model)
    print(f"{epoch} train {loss.item():.4f} val {val:.4f} lr {opt.param_groups[0]['lr']}")
    if es.stop:
        print("stopped"); break
ckpt = torch.load("best.pt", map_location="cpu")
model.load_state_dict(ckpt["model"])
print(ckpt["val"] == es.best, os.path.exists("best.pt"))
