import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader

torch.manual_seed(0)
x = torch.linspace(-1, 1, 12).unsqueeze(1)
y = 2 * x + 0.5
loader = DataLoader(TensorDataset(x, y), batch_size=4, shuffle=True)

model = nn.Linear(1, 1)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(4):
    running = 0.0
    for i, (inputs, labels) in enumerate(loader, 0):
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running += loss.item() * inputs.size(0)
    print(f"epoch {epoch + 1}: loss {running / len(x):.6f}, batches {len(loader)}")
print(model.weight.item(), model.bias.item())
