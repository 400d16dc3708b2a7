import math
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(1337)
B, T, C = 1, 4, 6
head_size = 3
x = torch.randn(B, T, C)


class Head(nn.Module):
    """one head of self-attention"""

    def __init__(self, head_size):
        super().__init__()
        self.key = nn.Linear(C, head_size, bias=False)
        self.query = nn.Linear(C, head_size, bias=False)
        self.value = nn.Linear(C, head_size, bias=False)
        self.register_buffer("tril", torch.tril(torch.ones(T, T)))

    def forward(self, x):
        B, T, C = x.shape
        k, q = self.key(x), self.query(x)
        wei = q @ k.transpose(-2, -1) * head_size**-0.5
        wei = wei.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
        wei = F.softmax(wei, dim=-1)
        return wei @ self.value(x), wei


head = Head(head_size)
out, wei = head(x)
print(wei[0].detach())
print(out.shape)
same = F.scaled_dot_product_attention(head.query(x), head.key(x), head.value(x), is_causal=True)
print(torch.allclose(out, same, atol=1e-6))
out.pow(2).mean().backward()
print(head.key.weight.grad.norm().item())
