import torch
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(5)
images = torch.rand(12, 1, 6, 6)
target = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
images[target == 0, :, :3] += 1
images[target == 1, :, 3:] += 1


class Net(torch.nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.l1 = torch.nn.Linear(36, 20)
        self.l2 = torch.nn.Linear(20, 10)
        self.l3 = torch.nn.Linear(10, 3)

    def forward(self, x):
        x = x.view(-1, 36)
        x = F.relu(self.l1(x))
        x = F.relu(self.l2(x))
        return self.l3(x)


model = Net()
criterion = torch.nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.5)


def train(epoch):
    running_loss = 0.0
    for batch_idx in range(3):
        inputs, labels = images[batch_idx * 4 : batch_idx * 4 + 4], target[batch_idx * 4 : batch_idx * 4 + 4]
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    print("[%d, %5d] loss: %.3f" % (epoch + 1, batch_idx + 1, running_loss / 3))


def test():
    correct = 0
    total = 0
    with torch.no_grad():
        outputs = model(images)
        _, predicted = torch.max(outputs.data, dim=1)
        total += target.size(0)
        correct += (predicted == target).sum().item()
    print("Accuracy on test set: %d %% [%d/%d]" % (100 * correct / total, correct, total))


for epoch in range(6):
    train(epoch)
    if epoch % 2 == 1:
        test()
