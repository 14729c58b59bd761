namespace AeServerless.EmbeddedHost.Storage;

/// <summary>Stops commits of a process that can't be sure any more that it owns the task hub.</summary>
internal sealed class CommitGuard
{
    private volatile Func<bool> _isOwner = () => true;

    public void Watch(Func<bool> isOwner) => _isOwner = isOwner;

    public void ThrowIfLost()
    {
        if (!_isOwner())
            throw new OwnershipLostException();
    }
}
