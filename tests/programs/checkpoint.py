import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)


def train(model, optimizer):
    optimizer.zero_grad()
    loss = model(torch.ones(1, 2)).pow(2).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


for _ in range(2):
    print(f"{train(model, optimizer):.6f}")
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 2}, "checkpoint.pt")
print(f"{train(model, optimizer):.6f}", model.weight)
kept = torch.load("checkpoint.pt")
other = nn.Linear(2, 1)
other.load_state_dict(kept["model"])
again = torch.optim.SGD(other.parameters(), lr=5.0, momentum=0.9)
again.load_state_dict(kept["optimizer"])
print(kept["epoch"], again.param_groups[0]["lr"], f"{train(other, again):.6f}", other.weight)
print(optimizer.state_dict()["param_groups"][0]["params"], schedule.state_dict()["step_size"])
again.add_param_group({"params": [torch.zeros(1, requires_grad=True)], "lr": 0.5})
print(again, [name for name, _ in nn.BatchNorm1d(2).named_buffers()])
print(torch.tensor([torch.tensor([1.0]), torch.tensor(2.0)]).shape)
try:
    torch.tensor([torch.ones(2)])
except ValueError as error:
    print(error)
try:
    torch.load("nowhere.pt")
except FileNotFoundError:
    print("no such file")
