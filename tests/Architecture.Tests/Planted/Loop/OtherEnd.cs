namespace AeServerless.Architecture.Tests.Planted.Loop;

/// <summary>The other half.</summary>
internal static class OtherEnd
{
    public static int Length() => nameof(Knot).Length + (Environment.ProcessorCount < 0 ? Knot.Length() : 0);
}
