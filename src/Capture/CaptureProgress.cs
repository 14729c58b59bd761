namespace AeServerless.Capture;

/// <summary>How far a capture is.</summary>
/// <param name="Tokens">Tokens recorded, those of kept shards included.</param>
/// <param name="Sequences">Sequences recorded, those of kept shards included.</param>
/// <param name="Shards">Finished shards.</param>
/// <param name="KeptShards">Those of them that an interrupted capture had left.</param>
public readonly record struct CaptureProgress(long Tokens, long Sequences, int Shards, int KeptShards);
