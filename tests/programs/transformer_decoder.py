# Encoder and decoder of a transformer: translation in miniature, with masks; the whole transformer too
import torch
from torch import nn

torch.manual_seed(1)
layer = nn.TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=12, dropout=0.0, batch_first=True)
print(layer)
target, memory = torch.randn(2, 3, 8), torch.randn(2, 5, 8, requires_grad=True)
later = nn.Transformer.generate_square_subsequent_mask(3)
padding = torch.tensor([[False] * 5, [False, False, False, True, True]])
out = layer(target, memory, tgt_mask=later, memory_key_padding_mask=padding)
print(out.shape, out[0, 0])
(out * torch.linspace(0, 1, 8)).mean().backward()
print(memory.grad[1])
first = nn.TransformerDecoderLayer(8, 2, 12, dropout=0.0, activation="gelu", norm_first=True)
decoder = nn.TransformerDecoder(first, num_layers=2, norm=nn.LayerNorm(8))
made = decoder(torch.randn(3, 2, 8), torch.randn(4, 2, 8), tgt_mask=later)
print(made[:, 0, :4], sum(p.numel() for p in decoder.parameters()))
(made * torch.linspace(0, 1, 8)).sum().backward()


class Translator(nn.Module):
    def __init__(self, words, size):
        super().__init__()
        self.source, self.target = nn.Embedding(words, size), nn.Embedding(words, size)
        self.transformer = nn.Transformer(size, 2, 1, 1, dim_feedforward=16, dropout=0.0, batch_first=True)
        self.out = nn.Linear(size, words)

    def forward(self, source, target):
        mask = self.transformer.generate_square_subsequent_mask(target.size(1))
        return self.out(self.transformer(self.source(source), self.target(target), tgt_mask=mask))


model = Translator(7, 8)
print([name for name, _ in model.named_parameters()][:8])
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
source = torch.randint(0, 7, (4, 5))
wanted = source.flip(1)
for epoch in range(4):
    scores = model(source, wanted[:, :-1])
    loss = nn.functional.cross_entropy(scores.reshape(-1, 7), wanted[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(epoch, round(loss.item(), 4))
model.eval()
with torch.no_grad():
    print(model(source[:1], wanted[:1, :1])[0, 0])
layer = nn.TransformerDecoderLayer(8, 2, 12, dropout=0.3)
print(layer(torch.ones(2, 1, 8), torch.ones(2, 1, 8))[0, 0])
