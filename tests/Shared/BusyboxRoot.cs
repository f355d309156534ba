using System.Diagnostics;

namespace Brig.Tests;

/// <summary>A layer with the system's static busybox, /etc/passwd and /etc/group, made once for a test run.</summary>
public static class BusyboxRoot
{
    private static readonly Lazy<string> s_path = new(Make);

    public static string Path => s_path.Value;

    public static void Fill(string root)
    {
        foreach (var folder in (string[])["bin", "etc", "tmp", "root", "proc", "sys", "dev", "home/tester"])
            Directory.CreateDirectory(System.IO.Path.Combine(root, folder));
        var busybox = System.IO.Path.Combine(root, "bin/busybox");
        File.Copy("/bin/busybox", busybox, overwrite: true);
        using var list = Process.Start(new ProcessStartInfo("/bin/busybox", "--list") { RedirectStandardOutput = true })!;
        while (list.StandardOutput.ReadLine() is { } applet)
            if (applet != "busybox")
                File.CreateSymbolicLink(System.IO.Path.Combine(root, "bin", applet), "busybox");
        list.WaitForExit();
        File.WriteAllText(System.IO.Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\ntester:x:1000:1001:Tester:/home/tester:/bin/sh\n");
        File.WriteAllText(System.IO.Path.Combine(root, "etc/group"), "root:x:0:\ntester:x:1001:\nstaff:x:50:tester\nwheel:x:51:other,tester\n");
    }

    private static string Make()
    {
        var root = Directory.CreateTempSubdirectory("brig-busybox-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        Fill(root);
        return root;
    }
}
