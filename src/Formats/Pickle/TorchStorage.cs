using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Pickle;

/// <summary>A run of numbers that tensors of a checkpoint are views of.</summary>
/// <param name="Key">Its name in the checkpoint.</param>
/// <param name="Dtype">Type of the numbers.</param>
/// <param name="Count">How many the pickle says there are.</param>
internal sealed record TorchStorage(string Key, TensorDtype Dtype, long Count);
