import copy
import torch
from torch import nn, optim
from torch.optim import lr_scheduler
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
for param in model.parameters():
    param.requires_grad = False
model[2] = nn.Linear(8, 2)
print(model)
print([n for n, p in model.named_parameters() if p.requires_grad])
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(filter(lambda p: p.requires_grad, model.parameters()), lr=0.1, momentum=0.9)
scheduler = lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
X, y = torch.randn(12, 4), torch.randint(0, 2, (12,))
best_wts = copy.deepcopy(model.state_dict())
best = 0.0
for epoch in range(4):
    for phase in ['train', 'val']:
        if phase == 'train':
            model.train()
        else:
            model.eval()
        running_loss, running_corrects = 0.0, 0
        for inputs, labels in zip(X.split(4), y.split(4)):
            optimizer.zero_grad()
            with torch.set_grad_enabled(phase == 'train'):
                outputs = model(inputs)
                _, preds = torch.max(outputs, 1)
                loss = criterion(outputs, labels)
                if phase == 'train':
                    loss.backward()
                    optimizer.step()
            running_loss += loss.item() * inputs.size(0)
            running_corrects += torch.sum(preds == labels.data)
        if phase == 'train':
            scheduler.step()
        acc = running_corrects.double() / len(X)
        print(f'{phase} Loss: {running_loss / len(X):.4f} Acc: {acc:.4f}', optimizer.param_groups[0]['lr'])
        if phase == 'val' and acc > best:
            best = acc
            best_wts = copy.deepcopy(model.state_dict())
model.load_state_dict(best_wts)
print('Best val Acc: {:4f}'.format(best))
print(best_wts.keys())
