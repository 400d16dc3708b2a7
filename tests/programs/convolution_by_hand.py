import torch
import torch.nn.functional as F
image = torch.arange(16.0).reshape(1, 1, 4, 4)
kernel = torch.tensor([[[[1.0, 0.0], [0.0, -1.0]]]], requires_grad=True)
out = F.conv2d(image, kernel)
print(out)
out.sum().backward()
print(kernel.grad)
print(F.max_pool2d(image, 2), F.avg_pool2d(image, 2))
