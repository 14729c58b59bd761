namespace AeServerless.EmbeddedHost;

/// <summary>The start of a function app.</summary>
public static class FunctionsApplication
{
    /// <summary>
    /// A builder with the app's configuration: <c>local.settings.json</c> beside the app, then environment variables, then the
    /// command line, each over the one before.
    /// </summary>
    /// <param name="args">The command line; <c>--urls</c> sets the address.</param>
    /// <returns>The builder.</returns>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
