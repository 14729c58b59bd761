using AeServerless.Engine;
using AeServerless.Functions.Blobs;
using Azure;

namespace AeServerless.Functions.Tests.Blobs;

public sealed class StorageErrorsTests
{
    private static readonly RequestFailedException Precondition = new(412, "refused", "ConditionNotMet", innerException: null);

    [Fact]
    public void AnInputThatChangedUnderARun_IsTheUsersToKnow()
    {
        var error = StorageErrors.OfPlannedRead(new InputBlob("activations/a/manifest.json", "0x1", 10, ContentHash: null), Precondition);

        Assert.Contains(
            "has changed since the run was planned with version 0x1",
            Assert.IsType<InvalidInputException>(error).Message,
            StringComparison.Ordinal);
    }
}
