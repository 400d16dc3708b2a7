import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, StepLR, ReduceLROnPlateau
class SGDMomentum(Optimizer):
    def __init__(self, params, lr=0.1, beta=0.9):
        super().__init__(params, dict(lr=lr, beta=beta))
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["v"] = torch.zeros_like(p)
                state["v"].mul_(group["beta"]).add_(p.grad)
                p.add_(state["v"], alpha=-group["lr"])
class Lion:
    def __init__(self, params, lr=0.01, betas=(0.9, 0.99)):
        self.params, self.lr, self.b1, self.b2 = list(params), lr, *betas
        self.m = [torch.zeros_like(p) for p in self.params]
    def step(self):
        with torch.no_grad():
            for p, m in zip(self.params, self.m):
                u = (self.b1 * m + (1 - self.b1) * p.grad).sign_()
                p.add_(u, alpha=-self.lr)
                m.mul_(self.b2).add_(p.grad, alpha=1 - self.b2)
    def zero_grad(self):
        for p in self.params:
            p.grad = None
w = torch.tensor([1.0, -2.0], requires_grad=True)
opt = SGDMomentum([w], lr=0.1)
sched = LambdaLR(opt, lambda e: 0.9 ** e)
for i in range(3):
    opt.zero_grad()
    loss = (w ** 2 * torch.tensor([1.0, 5.0])).sum()
    loss.backward(); opt.step(); sched.step()
    print(i, f"{loss.item():.4f}", w.tolist(), sched.get_last_lr())
lion = Lion([w])
for _ in range(2):
    lion.zero_grad(); ((w - 1) ** 2).sum().backward(); lion.step()
print(w)
