import torch
from torch.utils.data import Dataset, DataLoader


class DiabetesDataset(Dataset):
    """Like the lecture's data set, with the file's first rows written out."""

    def __init__(self):
        xy = [
            [-0.29, 0.49, 0.18, -0.29, 0.0, 0.0, -0.53, -0.03, 0.0],
            [-0.88, -0.15, 0.08, -0.41, 0.0, -0.21, -0.77, -0.67, 1.0],
            [-0.06, 0.84, 0.05, 0.0, 0.0, -0.31, -0.49, -0.63, 0.0],
            [-0.88, -0.11, 0.08, -0.54, -0.78, -0.16, -0.92, 0.0, 1.0],
            [0.0, 0.38, -0.34, -0.29, -0.60, 0.28, 0.89, -0.60, 0.0],
        ]
        data = torch.tensor(xy)
        self.len = data.shape[0]
        self.x_data = data[:, :-1]
        self.y_data = data[:, [-1]]

    def __getitem__(self, index):
        return self.x_data[index], self.y_data[index]

    def __len__(self):
        return self.len


class Model(torch.nn.Module):
    def __init__(self):
        super(Model, self).__init__()
        self.linear1 = torch.nn.Linear(8, 6)
        self.linear2 = torch.nn.Linear(6, 4)
        self.linear3 = torch.nn.Linear(4, 1)
        self.sigmoid = torch.nn.Sigmoid()

    def forward(self, x):
        x = self.sigmoid(self.linear1(x))
        x = self.sigmoid(self.linear2(x))
        x = self.sigmoid(self.linear3(x))
        return x


torch.manual_seed(1)
dataset = DiabetesDataset()
train_loader = DataLoader(dataset=dataset, batch_size=2, shuffle=True, num_workers=0)
model = Model()
criterion = torch.nn.BCELoss(reduction="mean")
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

if __name__ == "__main__":
    for epoch in range(5):
        for i, data in enumerate(train_loader, 0):
            inputs, labels = data
            y_pred = model(inputs)
            loss = criterion(y_pred, labels)
            print(epoch, i, loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
