import torch
import torch.nn as nn
torch.manual_seed(0)
p = torch.randn(4, 3, requires_grad=True); t = torch.tensor([0, 2, 1, 1]); r = torch.rand(4, 3)
for l in [nn.MSELoss(), nn.L1Loss(), nn.SmoothL1Loss(), nn.HuberLoss(delta=0.5), nn.BCEWithLogitsLoss(), nn.KLDivLoss(reduction='batchmean'), nn.PoissonNLLLoss(), nn.SoftMarginLoss()]:
    print(l, l(p, r))
print(nn.CrossEntropyLoss(label_smoothing=0.1)(p, t), nn.NLLLoss()(p.log_softmax(1), t))
print(nn.CosineEmbeddingLoss()(p, r, torch.ones(4)), nn.MarginRankingLoss()(p[:, 0], p[:, 1], torch.ones(4)))
print(nn.GaussianNLLLoss()(p, r, torch.ones(4, 3)), nn.CrossEntropyLoss(ignore_index=1)(p, t))
print(nn.functional.mse_loss(p, r, reduction='none').shape, nn.TripletMarginLoss()(p, r, r.flip(0)), nn.NLLLoss(ignore_index=2)(p.log_softmax(1), t))
l = nn.CosineEmbeddingLoss()(p, r, torch.tensor([1, -1, 1, -1])) + nn.TripletMarginLoss()(p, r, r.flip(0)) + nn.PoissonNLLLoss()(p, r) + nn.GaussianNLLLoss()(p, r, r)
l.backward()
print(p.grad)
