namespace AeServerless.Formats.Pickle;

/// <summary>A view of a storage, not yet checked against what the file holds.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides);
