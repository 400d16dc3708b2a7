import torch
from torch import nn
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 1:
        return torch.zeros_like(X)
    if dropout == 0:
        return X
    mask = (torch.rand(X.shape) > dropout).float()
    return mask * X / (1.0 - dropout)
X= torch.arange(16, dtype = torch.float32).reshape((2, 8))
print(X)
print(dropout_layer(X, 0.))
print(dropout_layer(X, 0.5))
print(dropout_layer(X, 1.))
num_inputs, num_outputs, num_hiddens1 = 4, 2, 6
class Net(nn.Module):
    def __init__(self, num_inputs, num_outputs, num_hiddens1, is_training = True):
        super(Net, self).__init__()
        self.num_inputs = num_inputs
        self.training = is_training
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin3 = nn.Linear(num_hiddens1, num_outputs)
        self.relu = nn.ReLU()
    def forward(self, X):
        H1 = self.relu(self.lin1(X.reshape((-1, self.num_inputs))))
        if self.training == True:
            H1 = dropout_layer(H1, 0.2)
        return self.lin3(H1)
net = Net(num_inputs, num_outputs, num_hiddens1)
W1 = nn.Parameter(torch.randn(num_inputs, num_hiddens1, requires_grad=True) * 0.01)
print(W1)
print(net(torch.ones(2, 2, 2)))
print(net)
w = torch.ones((3, 1), requires_grad=True)
def l2_penalty(w):
    return torch.sum(w.pow(2)) / 2
def l1(w): return torch.sum(torch.abs(w))
(l2_penalty(w) + 3*l1(w)).backward()
print(w.grad)
trainer = torch.optim.SGD([
    {"params":net.lin1.weight,'weight_decay': 3},
    {"params":net.lin1.bias}], lr=0.1)
net(torch.ones(2, 4)).sum().backward()
trainer.step()
print(net.lin1.weight.norm().item())
