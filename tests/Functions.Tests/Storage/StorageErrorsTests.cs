using AeServerless.Engine;
using AeServerless.Functions.Storage;
using Azure;

namespace AeServerless.Functions.Tests.Storage;

public sealed class StorageErrorsTests
{
    private static readonly RequestFailedException Precondition = new(412, "refused", "ConditionNotMet", innerException: null);

    [Fact]
    public void AnInputThatChangedUnderARun_IsTheUsersToKnow()
    {
        var error = StorageErrors.OfPlannedRead(new InputBlob("activations/a/manifest.json", "0x1", 10, ContentHash: null), Precondition);

        Assert.Contains("has changed since the run was planned with version 0x1", Assert.IsType<InvalidInputException>(error).Message, StringComparison.Ordinal);
    }

    /// <summary>A chunk that two attempts write has the same bytes from both; a download that broke off and goes on meets the second one's.</summary>
    [Fact]
    public void AResultThatWasWrittenAgainWhileItWasRead_IsReadAgain() =>
        Assert.IsType<StorageException>(StorageErrors.OfPlannedRead(new InputBlob("results/chunks/k/data.bin", "", 10, ContentHash: null), Precondition));
}
