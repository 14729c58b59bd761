using AeServerless.Functions.Settings;
using Microsoft.Extensions.Hosting;
#if AZURE_FUNCTIONS
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
#endif

namespace AeServerless.Functions;

/// <summary>The function app.</summary>
internal static class Program
{
    private const int InvalidSettings = 2;

    private static int Main(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        try
        {
            builder.AddAeServerless();
        }
        catch (InvalidSettingsException error)
        {
            Console.Error.WriteLine(error.Message);
            return InvalidSettings;
        }

#if AZURE_FUNCTIONS
        builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();
#endif
        builder.Build().Run();
        return 0;
    }
}
