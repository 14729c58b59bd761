namespace AeServerless.Contracts;

/// <summary>The body of every answer with a status from 400 on.</summary>
public sealed record ErrorResponse(Failure Error);
