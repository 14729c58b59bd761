namespace AeServerless.EmbeddedHost;

/// <summary>ASP.NET Core types in HTTP functions.</summary>
public static class FunctionsWebApplicationExtensions
{
    /// <summary>
    /// Lets HTTP functions take <c>HttpRequest</c> and return <c>IResult</c>. The embedded host always does; the call is there so that
    /// one source fits both hosts.
    /// </summary>
    /// <param name="builder">The app's builder.</param>
    /// <returns>The same builder.</returns>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) => builder;
}
