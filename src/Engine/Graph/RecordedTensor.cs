namespace AeServerless.Engine.Graph;

/// <summary>A tensor that every shard of a dataset has, or that the model computes of its tokens.</summary>
/// <param name="Width">Values a token.</param>
/// <param name="BytesPerValue">4 for F32, 2 for F16 and BF16.</param>
/// <param name="IsRun">Whether the model computes it and no shard has it.</param>
public sealed record RecordedTensor(int Width, int BytesPerValue, bool IsRun = false);
