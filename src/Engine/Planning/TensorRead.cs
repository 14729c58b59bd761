namespace AeServerless.Engine.Planning;

/// <summary>A recorded tensor that a plan reads.</summary>
/// <param name="Tensor">Its name in the shards.</param>
/// <param name="Width">Values a token.</param>
/// <param name="BytesPerToken">Bytes read a token.</param>
public sealed record TensorRead(string Tensor, int Width, int BytesPerToken);
