import torch
torch.manual_seed(1)
stacked = torch.rand(6, 4, 4)
mean3 = stacked.mean(0)
a_3 = stacked[1]
dist_3_abs = (a_3 - mean3).abs().mean()
dist_3_sqr = ((a_3 - mean3)**2).mean().sqrt()
print(dist_3_abs, dist_3_sqr)
import torch.nn.functional as F
print(F.l1_loss(a_3.float(), mean3), F.mse_loss(a_3, mean3).sqrt())
def mnist_distance(a,b): return (a-b).abs().mean((-1,-2))
print(mnist_distance(stacked, mean3), mnist_distance(stacked, mean3).shape)
def is_3(x): return mnist_distance(x,mean3) < mnist_distance(x, 1-mean3)
print(is_3(stacked), is_3(stacked).float().mean())
train_x = torch.cat([stacked, 1-stacked]).view(-1, 4*4)
train_y = torch.tensor([1]*6 + [0]*6).unsqueeze(1)
print(train_x.shape, train_y.shape)
dset = list(zip(train_x, train_y))
x, y = dset[0]
print(x.shape, y)
def init_params(size, std=1.0): return (torch.randn(size)*std).requires_grad_()
weights = init_params((16,1))
bias = init_params(1)
print((train_x[0]*weights.T).sum() + bias)
def linear1(xb): return xb@weights + bias
preds = linear1(train_x)
print(preds)
corrects = (preds>0.0).float() == train_y
print(corrects.float().mean().item())
def mnist_loss(predictions, targets):
    predictions = predictions.sigmoid()
    return torch.where(targets==1, 1-predictions, predictions).mean()
def calc_grad(xb, yb, model):
    preds = model(xb)
    loss = mnist_loss(preds, yb)
    loss.backward()
def batch_accuracy(xb, yb):
    preds = xb.sigmoid()
    correct = (preds>0.5) == yb
    return correct.float().mean()
def train_epoch(model, lr, params, dl):
    for xb,yb in dl:
        calc_grad(xb, yb, model)
        for p in params:
            p.data -= p.grad*lr
            p.grad.zero_()
dl = [(train_x[i:i+4], train_y[i:i+4]) for i in range(0, 12, 4)]
def validate_epoch(model):
    accs = [batch_accuracy(model(xb), yb) for xb,yb in dl]
    return round(torch.stack(accs).mean().item(), 4)
for i in range(3):
    train_epoch(linear1, 1., (weights, bias), dl)
    print(validate_epoch(linear1), end=' ')
print()
class BasicOptim:
    def __init__(self,params,lr): self.params,self.lr = list(params),lr
    def step(self, *args, **kwargs):
        for p in self.params: p.data -= p.grad.data * self.lr
    def zero_grad(self, *args, **kwargs):
        for p in self.params: p.grad = None
from torch import nn
linear_model = nn.Linear(16,1)
w,b = linear_model.parameters()
print(w.shape, b.shape)
opt = BasicOptim(linear_model.parameters(), 1.)
for xb, yb in dl:
    mnist_loss(linear_model(xb), yb).backward()
    opt.step(); opt.zero_grad()
print(validate_epoch(linear_model))
