using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AeServerless.Functions.Settings;

/// <summary>The app settings as options.</summary>
public static class SettingsServices
{
    /// <summary>
    /// Adds <see cref="AppSettings"/>, validated at start: every problem is reported, not the first alone, in the <see
    /// cref="OptionsValidationException.Failures"/> of what is thrown.
    /// </summary>
    public static void AddAppSettings(this IServiceCollection services, IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        services.AddOptions<AppSettings>().Configure(reader.Read).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AppSettings>>(reader);
        services.AddSingleton<IValidateOptions<AppSettings>>(new FunctionCoverage(configuration));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<AppSettings>>().Value);
    }
}
