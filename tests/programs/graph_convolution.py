import torch
from torch import nn
class GCNLayer(nn.Module):
    def __init__(self, i, o):
        super().__init__(); self.lin = nn.Linear(i, o)
    def forward(self, x, adj):
        A = adj + torch.eye(adj.size(0))
        d = A.sum(1).pow(-0.5)
        D = torch.diag(d)
        return self.lin(D @ A @ D @ x)
torch.manual_seed(0)
edges = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)]
adj = torch.zeros(4, 4)
src, dst = torch.tensor(edges).t()
adj[src, dst] = 1
adj = torch.maximum(adj, adj.T)
x, y = torch.eye(4), torch.tensor([0, 0, 1, 1])
g1, g2 = GCNLayer(4, 8), GCNLayer(8, 2)
opt = torch.optim.Adam(list(g1.parameters()) + list(g2.parameters()), lr=0.05)
train_mask = torch.tensor([True, False, True, False])
for e in range(3):
    out = g2(torch.relu(g1(x, adj)), adj)
    loss = nn.functional.cross_entropy(out[train_mask], y[train_mask])
    opt.zero_grad(); loss.backward(); opt.step()
    acc = (out.argmax(1) == y)[~train_mask].float().mean()
    print(f"Epoch {e:>2} | loss {loss:.4f} | test acc {acc:.2f}")
msgs = torch.zeros(4, 4).index_add_(0, dst, x[src])
deg = torch.bincount(dst, minlength=4)
print(msgs, deg, torch.scatter_add(torch.zeros(4), 0, dst, torch.ones(5)))
