namespace Brig.Web.Options;

/// <summary>
/// Where settings come from, the later wins: appsettings.json beside the program, environment with the prefix <c>BRIG_</c>, command line (<c>--root /data</c>).
/// Nothing else: an unrelated variable called ROOT or TOKEN must not configure Brig.
/// </summary>
internal static class BrigConfiguration
{
    public static IConfigurationBuilder AddBrig(this IConfigurationBuilder configuration, string[] args)
    {
        configuration.Sources.Clear();
        return configuration
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
            .AddEnvironmentVariables("BRIG_")
            .AddCommandLine(args);
    }
}
