namespace Brig.Web.Components.Parts.Registries;

/// <summary>The addresses of registries' pages.</summary>
public static class RegistryLinks
{
    public const string All = "registries";

    /// <summary>The form of a login.</summary>
    public static string LogIn(string host) => Form("login", host);

    /// <param name="form">add, edit or login.</param>
    public static string Form(string form, string host) => $"{All}?do={form}&host={Uri.EscapeDataString(host)}";

    /// <summary>What it has.</summary>
    public static string Page(string host) => $"{All}/{Uri.EscapeDataString(host)}";

    public static string Tags(string host, string repository) => $"{Page(host)}?repository={Uri.EscapeDataString(repository)}";
}
