namespace AeServerless.Functions.Runs;

/// <summary>Memory that waits for the next chunk.</summary>
public interface IIdleMemory
{
    /// <summary>Gives it back, unless a chunk is being computed: other work, as merging is, needs as much.</summary>
    void GiveBack();
}
