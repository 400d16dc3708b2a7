import torch
import torch.nn as nn
import string
torch.manual_seed(0)
all_letters = "abcde"
n_letters = len(all_letters)
def letterToIndex(letter):
    return all_letters.find(letter)
def lineToTensor(line):
    tensor = torch.zeros(len(line), 1, n_letters)
    for li, letter in enumerate(line):
        tensor[li][0][letterToIndex(letter)] = 1
    return tensor
print(lineToTensor('ace').size(), lineToTensor('b'))
class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.h2o = nn.Linear(hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)
    def forward(self, input, hidden):
        combined = torch.cat((input, hidden), 1)
        hidden = torch.tanh(self.i2h(combined))
        output = self.softmax(self.h2o(hidden))
        return output, hidden
    def initHidden(self):
        return torch.zeros(1, self.hidden_size)
rnn = RNN(n_letters, 6, 2)
criterion = nn.NLLLoss()
def train(category_tensor, line_tensor):
    hidden = rnn.initHidden()
    rnn.zero_grad()
    for i in range(line_tensor.size()[0]):
        output, hidden = rnn(line_tensor[i], hidden)
    loss = criterion(output, category_tensor)
    loss.backward()
    for p in rnn.parameters():
        p.data.add_(p.grad.data, alpha=-0.1)
    return output, loss.item()
for it in range(6):
    line, cat = [('abc', 0), ('edc', 1)][it % 2]
    output, loss = train(torch.tensor([cat], dtype=torch.long), lineToTensor(line))
    top_n, top_i = output.topk(1)
    print('%d %d%% %.4f %s / %s' % (it, it / 6 * 100, loss, line, top_i[0].item()))
