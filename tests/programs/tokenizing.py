import re

import torch
from torch import nn

lines = ["The Time Machine, by H. G. Wells [1898]", "I", "", "it's twelve o'clock -- isn't it?"]
clean = [re.sub("[^A-Za-z]+", " ", line).strip().lower() for line in lines]
print(clean)
tokens = re.findall(r"[a-z']+", lines[3].lower())
print(tokens, re.split(r"\W+", "a, b; c"), re.findall(r"\w+|[^\w\s]", "Hi, there!"))
pattern = re.compile(r"(\d+)-(?P<unit>\w)", re.IGNORECASE)
found = pattern.search("from 12-K on")
print(found.group(), found.group(1), found["unit"], found.groups(), found.span(), pattern.match("x"))
print(re.sub(r"\d", lambda match: str(int(match.group()) + 1), "a1b2"), re.sub(r"(a)(b)", r"\2\1", "abab"))
print([match.start() for match in re.finditer("a", "banana")], re.fullmatch("a.c", "abc") is not None)
vocabulary = {word: place for place, word in enumerate(sorted(set(tokens)))}
embedding = nn.Embedding(len(vocabulary), 2)
embedding(torch.tensor([vocabulary[word] for word in tokens])).sum().backward()
print(embedding.weight.grad.sum(1))
