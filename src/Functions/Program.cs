using AeServerless.LocalHost.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AeServerless.Functions;

/// <summary>The function app: an isolated worker where a Functions host started it, and its own host where nobody did.</summary>
internal static class Program
{
    private const int InvalidSettings = 2;
    private const string HostArgumentPrefix = "--functions-";

    private static int Main(string[] args)
    {
        try
        {
            var isWorkerOfHost = args.Any(argument => argument.StartsWith(HostArgumentPrefix, StringComparison.Ordinal));
            using var host = isWorkerOfHost ? BuildWorker(args) : BuildLocalHost(args);

            // Before the start, which validates too: a local host reads its own settings first, and would report one of them alone.
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            host.Run();
            return Environment.ExitCode;
        }
        catch (OptionsValidationException error)
        {
            Console.Error.WriteLine(string.Join(Environment.NewLine, error.Failures));
            return InvalidSettings;
        }
    }

    private static IHost BuildWorker(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.AddAeServerless();
        builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();

        // host.json can't filter these: the host has them as the function's own lines, two a request.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // With this capability the host expects logs through OpenTelemetry and drops the worker's own (azure-functions-dotnet-worker
        // #3489).
        builder.Services.Configure<WorkerOptions>(worker => worker.Capabilities.Remove("WorkerOpenTelemetrySchemaVersion"));
        return builder.Build();
    }

    private static IHost BuildLocalHost(string[] args)
    {
        var builder = new LocalHostBuilder(args);
        builder.AddAeServerless();
        return builder.Build();
    }
}
