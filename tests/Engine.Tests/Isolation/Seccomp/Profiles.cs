using Brig.Engine.Isolation;
using Brig.Engine.Isolation.Seccomp;

namespace Brig.Engine.Tests.Isolation.Seccomp;

internal static class Profiles
{
    public static readonly Version Kernel = new(6, 18);

    /// <summary>The thirteen of every container.</summary>
    public static readonly CapabilitySet Standard = new(0xa80405fb);

    public static string Default
    {
        get
        {
            using var stream = typeof(SeccompProfile).Assembly.GetManifestResourceStream("Brig.Engine.Isolation.Seccomp.default.json")!;
            return new StreamReader(stream).ReadToEnd();
        }
    }

    public static ResolvedProfile Resolve(string json, CapabilitySet? caps = null, Version? kernel = null) =>
        new ProfileResolver(ProfileReader.Read(json), caps ?? Standard, kernel ?? Kernel).Resolve();

    /// <summary>A profile that denies by default, with these entries.</summary>
    public static string Denying(string syscalls) => $$"""{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [ {{syscalls}} ] }""";

    public static SeccompAnswer Answer(this ResolvedProfile profile, string name) => profile.All().Single(call => call.Name == name).Rules[^1].Answer;
}
