using System.Diagnostics;
using System.Text.Json;

namespace AeServerless.Infra.Tests.Images;

public sealed class PostProvisionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://dashboard.example.org")]
    [InlineData("")]
    public async Task Hook_WritesSettingsWithoutKeys(string dashboard)
    {
        var root = Directory.CreateTempSubdirectory("ae-hook-");
        try
        {
            var hook = Path.Combine(root.CreateSubdirectory("infra/hooks").FullName, "postprovision.sh");
            File.Copy(Repository.PathOf("infra/hooks/postprovision.sh"), hook);
            var start = new ProcessStartInfo("bash", [hook]) { RedirectStandardOutput = true };
            start.Environment["AE_HOST"] = "https://control.example.org";
            start.Environment["AE_STORAGE"] = "https://stexample.blob.core.windows.net/";
            start.Environment["AE_STORAGE_ACCOUNT"] = "stexample";
            start.Environment["AE_DASHBOARD"] = dashboard;
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(Cancelled);

            Assert.Equal(0, process.ExitCode);
            var env = await File.ReadAllLinesAsync(Path.Combine(root.FullName, ".ae/azure.env"), Cancelled);
            Assert.Equal(["AE_HOST=https://control.example.org", "AE_STORAGE=https://stexample.blob.core.windows.net/"], env);
            using var settings = JsonDocument.Parse(
                await File.ReadAllTextAsync(Path.Combine(root.FullName, ".ae/local.settings.json"), Cancelled));
            var values = settings.RootElement.GetProperty("Values");
            Assert.Equal(
                "https://stexample.queue.core.windows.net/", values.GetProperty("AzureWebJobsStorage__queueServiceUri").GetString());
            Assert.False(values.TryGetProperty("AzureWebJobsStorage", out _));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
