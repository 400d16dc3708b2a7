import torch
import torch.nn as nn
import torch.nn.functional as F
torch.manual_seed(0)
digits = torch.rand(6, 1, 8, 8)
labels = torch.tensor([0, 1, 2, 3, 4, 5])

class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, kernel_size=3)
        self.conv2 = nn.Conv2d(4, 8, 2)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(8 * 1 * 1, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(x.size(0), -1)
        return self.fc1(x)

model = LeNet()
print(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(3):
    loss = nn.CrossEntropyLoss()(model(digits), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"{step} {loss.item():.4f}")
print(model.conv1.weight.grad.shape)
