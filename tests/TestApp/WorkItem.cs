namespace AeServerless.TestApp;

public sealed record WorkItem(long Number, int Milliseconds);
