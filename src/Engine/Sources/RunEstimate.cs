namespace AeServerless.Engine.Sources;

/// <summary>What running a model takes.</summary>
/// <param name="Layers">Layers that are computed, from the first.</param>
/// <param name="AllLayers">Layers of the model.</param>
/// <param name="IsBackward">Whether gradients are computed too.</param>
/// <param name="FlopsPerToken">Floating point operations a token, for sequences of some hundred tokens.</param>
/// <param name="Weights">Weights that are loaded.</param>
/// <param name="BatchBytes">Memory for the activations of a batch.</param>
public sealed record RunEstimate(int Layers, int AllLayers, bool IsBackward, double FlopsPerToken, long Weights, long BatchBytes);
