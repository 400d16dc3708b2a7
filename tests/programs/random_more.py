import torch
torch.manual_seed(7)
print(torch.normal(0.0, 1.0, (3,)), torch.normal(torch.zeros(3), torch.ones(3)), torch.normal(torch.arange(20.0), 0.1), torch.normal(mean=0.5, std=torch.arange(1., 6.)))
print(torch.rand_like(torch.ones(2)), torch.randn_like(torch.ones(2)), torch.randint_like(torch.ones(3), 5), torch.randperm(6), torch.rand(2, dtype=torch.float64), torch.randn(3, dtype=torch.float64))
