from collections import Counter, defaultdict
import torch
import torch.nn as nn
import torch.nn.functional as F

corpus = "the quick brown fox jumps over the lazy dog the fox".split()
counts = Counter(corpus)
vocab = sorted(counts, key=lambda w: (-counts[w], w))
stoi = {w: i for i, w in enumerate(vocab)}
print(counts.most_common(2), len(vocab))
freqs = torch.tensor([counts[w] for w in vocab], dtype=torch.float) ** 0.75
noise = freqs / freqs.sum()
pairs = [(stoi[corpus[i]], stoi[corpus[j]])
         for i in range(len(corpus))
         for j in range(max(0, i - 2), min(len(corpus), i + 3)) if i != j]
print(f"{len(pairs)} pairs")

class SGNS(nn.Module):
    def __init__(self, V, D):
        super().__init__()
        self.inp = nn.Embedding(V, D)
        self.out = nn.Embedding(V, D)
        nn.init.uniform_(self.inp.weight, -0.5 / D, 0.5 / D)
        nn.init.zeros_(self.out.weight)

    def forward(self, c, pos, neg):
        v = self.inp(c)
        u = self.out(pos)
        n = self.out(neg)
        p = F.logsigmoid((v * u).sum(1))
        q = F.logsigmoid(-torch.bmm(n, v.unsqueeze(2)).squeeze(2)).sum(1)
        return -(p + q).mean()

torch.manual_seed(0)
model = SGNS(len(vocab), 4)
opt = torch.optim.SGD(model.parameters(), lr=0.5)
c, p = map(torch.tensor, zip(*pairs))
for epoch in range(4):
    neg = torch.multinomial(noise, len(pairs) * 3, replacement=True).view(len(pairs), 3)
    loss = model(c, p, neg)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(epoch, round(loss.item(), 4))
sim = F.cosine_similarity(model.inp.weight[stoi["fox"]], model.inp.weight, dim=1)
best = sim.topk(2)
print([vocab[i] for i in best.indices.tolist()])
