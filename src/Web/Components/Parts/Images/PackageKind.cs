namespace Brig.Web.Components.Parts.Images;

/// <summary>Whose package it is, by the type of its purl. Names of their own, the same in every language.</summary>
public static class PackageKind
{
    public static string Name(string kind) => kind switch
    {
        "deb" => "Debian",
        "apk" => "Alpine",
        "pypi" => "Python",
        "npm" => "npm",
        "nuget" => ".NET",
        _ => kind,
    };
}
