namespace Brig.Engine.Containers;

/// <summary>What lies in a container's folder before its first start; a start makes what is missing of it.</summary>
internal static class ContainerFolders
{
    public static IEnumerable<string> Of(string folder) => [folder + "/upper", folder + "/work", folder + "/log"];

    public static void Make(string folder, string? hostname, Container container)
    {
        foreach (string each in Of(folder))
        {
            Directory.CreateDirectory(each);
        }
        HostFiles.Write(folder, hostname, container, NetworkSetup.None);
    }
}
