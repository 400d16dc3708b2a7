import torch
text = "héllo"
raw = text.encode("utf-8")
print(raw, len(raw), list(raw))
ids = torch.tensor(list(text.encode("utf-8")), dtype=torch.long)
print(ids, ids.max().item())
print(bytes([104, 105]).decode("utf-8"), raw.decode("utf-8"))
emb = torch.nn.Embedding(256, 2)
out = emb(ids).sum()
out.backward()
print(emb.weight.grad[ids[0]])

def get_stats(ids):
    counts = {}
    for pair in zip(ids, ids[1:]):
        counts[pair] = counts.get(pair, 0) + 1
    return counts

def merge(ids, pair, idx):
    newids = []
    i = 0
    while i < len(ids):
        if i < len(ids) - 1 and ids[i] == pair[0] and ids[i + 1] == pair[1]:
            newids.append(idx)
            i += 2
        else:
            newids.append(ids[i])
            i += 1
    return newids

tokens = list(map(int, "aaabdaaabac".encode("utf-8")))
vocab = {idx: bytes([idx]) for idx in range(256)}
for k in range(3):
    stats = get_stats(tokens)
    pair = max(stats, key=stats.get)
    idx = 256 + k
    print(f"merging {pair} into {idx}")
    tokens = merge(tokens, pair, idx)
    vocab[idx] = vocab[pair[0]] + vocab[pair[1]]
print(tokens)
print(b"".join(vocab[t] for t in tokens).decode("utf-8", errors="replace"))
