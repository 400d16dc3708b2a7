import math
import torch
import torch.nn as nn
import torch.nn.functional as F

class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.0, max_len=16):
        super().__init__()
        assert d_model % n_heads == 0, "d_model must be divisible by n_heads"
        self.h, self.dk = n_heads, d_model // n_heads
        self.qkv = nn.Linear(d_model, 3 * d_model, bias=False)
        self.proj = nn.Linear(d_model, d_model)
        self.drop = nn.Dropout(dropout)
        self.register_buffer("mask", torch.tril(torch.ones(max_len, max_len)).bool(), persistent=False)

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q, k, v = (t.view(B, T, self.h, self.dk).transpose(1, 2) for t in (q, k, v))
        att = q @ k.transpose(-2, -1) / math.sqrt(self.dk)
        att = att.masked_fill(~self.mask[:T, :T], float("-inf"))
        att = self.drop(F.softmax(att, dim=-1))
        y = (att @ v).transpose(1, 2).contiguous().view(B, T, C)
        return self.proj(y), att

torch.manual_seed(0)
mha = MultiHeadAttention(8, 2)
x = torch.randn(2, 5, 8)
out, att = mha(x)
loss = out.pow(2).mean()
loss.backward()
print(out.shape, att[0, 0])
for name, p in mha.named_parameters():
    print(f"{name:<15}{str(tuple(p.shape)):>10} grad norm {p.grad.norm():.5f}")
print(list(mha.state_dict().keys()), [n for n, _ in mha.named_buffers()])
ref = F.scaled_dot_product_attention(*[t.view(2, 5, 2, 4).transpose(1, 2) for t in mha.qkv(x).split(8, dim=2)], is_causal=True)
print(torch.allclose(mha.proj(ref.transpose(1, 2).reshape(2, 5, 8)), out, atol=1e-6))
