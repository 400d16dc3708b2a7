# How tensors lie in memory: stride, is_contiguous, and why view refuses what reshape copies
import torch

x = torch.arange(24.0).reshape(2, 3, 4)
w = torch.randn(3, 4, requires_grad=True)
for t in (x, x.transpose(0, 1), x.permute(2, 0, 1), x[0], x[:, 0], x[:, :, 1], x[0, 1:], x[:, ::2], w.t(), w.T + 1, w.T @ w):
    print(tuple(t.shape), t.stride(), t.is_contiguous())
for t in (w.T.contiguous(), w.T.clone(), w.expand(2, 3, 4), w.unsqueeze(2), w.T.reshape(2, 6), torch.cat([w.T, w.T])):
    print(tuple(t.shape), t.stride(), t.is_contiguous(), t.stride(0), t.stride(-1))


def attempt(name, f):
    try:
        print(name, f().shape)
    except RuntimeError as error:
        print(name, error)


attempt("turned", lambda: w.T.view(12))
attempt("turned, in order", lambda: w.T.contiguous().view(12))
attempt("turned, copied", lambda: w.T.reshape(12))
attempt("turned and moved", lambda: (w.T + 1).view(12))
attempt("heads", lambda: x.transpose(0, 1).view(3, 8))
attempt("one axis parted", lambda: x.transpose(0, 1).view(3, 2, 2, 2))
attempt("stretched", lambda: w.expand(2, 3, 4).view(6, 4))
attempt("a column", lambda: x[:, :, 1].view(6))
attempt("rows", lambda: x[:, 1:].view(-1))
attempt("rows of each", lambda: x[:, :2].view(2, 8))
print(x.contiguous() is x, w.T.contiguous())
copy = x.transpose(0, 1).contiguous()
copy[0, 0, 0] = 9.0
print(x[0, 0, 0])
heads = (w.view(3, 2, 2).transpose(0, 1).contiguous().view(2, 6) * torch.arange(6.0)).sum()
heads.backward()
print(w.grad, w.grad.view(-1).shape, w.grad.is_contiguous())
w.T.view(12)
