using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Brig.Tests;

namespace Brig.Linux.Tests.Headers;

/// <summary>Every constant of <see cref="Libc"/>, and every size and offset of its structs, held against the C headers: a C file of _Static_asserts that gcc must compile.</summary>
public sealed class LibcHeadersTests
{
    /// <summary>Where C spells it otherwise, or a name hides a union.</summary>
    private static readonly Dictionary<string, string> s_types = new()
    {
        ["rlimit"] = "struct rlimit64",
        ["cap_header"] = "struct __user_cap_header_struct",
        ["ifreq_flags"] = "struct ifreq",
        ["ifreq_index"] = "struct ifreq",
        ["kernel_sigaction"] = "struct brig_kernel_sigaction",
        ["cap_data"] = "struct brig_cap_data",
        ["cmsg_fd"] = "struct brig_cmsg_fd",
    };

    private const string Head = """
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <fcntl.h>
        #include <errno.h>
        #include <sched.h>
        #include <signal.h>
        #include <stdint.h>
        #include <poll.h>
        #include <unistd.h>
        #include <sys/epoll.h>
        #include <sys/file.h>
        #include <sys/ioctl.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <sys/un.h>
        #include <sys/wait.h>
        #include <time.h>
        #include <termios.h>
        #include <net/if.h>
        #include <linux/capability.h>
        #include <linux/close_range.h>
        #include <linux/filter.h>
        #include <linux/keyctl.h>
        #include <linux/magic.h>
        #include <sys/vfs.h>
        #include <linux/openat2.h>
        #include <linux/sched.h>
        #include <linux/securebits.h>
        #include <linux/seccomp.h>
        #include <linux/sockios.h>
        #include <linux/nsfs.h>
        #include <linux/keyctl.h>
        #include <linux/rtnetlink.h>
        #include <linux/if_link.h>
        #include <linux/if_bridge.h>
        #include <linux/if_addr.h>
        #include <linux/veth.h>
        #include <linux/netfilter/nfnetlink.h>
        #include <linux/netfilter/nfnetlink_conntrack.h>
        #include <linux/netfilter/nf_tables.h>
        #include <linux/netfilter.h>
        #include <linux/netfilter_ipv4.h>
        #include <sys/mount.h>
        struct brig_kernel_sigaction { void (*handler)(int); unsigned long flags; void (*restorer)(void); unsigned long mask; };
        struct brig_cap_data { uint32_t effective0, permitted0, inheritable0, effective1, permitted1, inheritable1; };
        _Static_assert(sizeof(struct brig_cap_data) == 2 * sizeof(struct __user_cap_data_struct), "cap_data");
        struct brig_cmsg_fd { struct cmsghdr header; int fd; };
        """;

    [Fact]
    public async Task Libc_EveryConstantSizeAndOffset_IsTheHeaders()
    {
        using var folder = new TempFolder();
        var source = folder.Path + "/asserts.c";
        var text = new StringBuilder(Head).AppendLine();
        var asserts = Constants(text) + Structs(text);
        Assert.True(asserts > 250, $"only {asserts} asserts");
        await File.WriteAllTextAsync(source, text.ToString());
        using var gcc = Process.Start(new ProcessStartInfo("gcc", ["-c", "-o", "/dev/null", source]) { RedirectStandardError = true })!;
        var complaint = await gcc.StandardError.ReadToEndAsync();
        await gcc.WaitForExitAsync();
        Assert.True(gcc.ExitCode == 0, complaint);
    }

    private static int Constants(StringBuilder text)
    {
        var count = 0;
        foreach (var field in typeof(Libc).GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy))
        {
            if (!field.IsLiteral)
                continue;
            var value = Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture);
            // The test wants to see a wrong number fail, so a missing name fails too.
            text.AppendLine(CultureInfo.InvariantCulture, $"_Static_assert((long long)({field.Name}) == (long long){value}LL, \"{field.Name}\");");
            count++;
        }
        return count;
    }

    private static int Structs(StringBuilder text)
    {
        var count = 0;
        foreach (var type in typeof(Libc).GetNestedTypes(BindingFlags.Public))
        {
            if (type is not { IsValueType: true, IsEnum: false })
                continue;
            var name = s_types.GetValueOrDefault(type.Name, "struct " + type.Name);
            text.AppendLine(CultureInfo.InvariantCulture, $"_Static_assert(sizeof({name}) == {SizeOf(type)}, \"sizeof {name}\");");
            count++;
            foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
            {
                text.AppendLine(
                    CultureInfo.InvariantCulture, $"_Static_assert(offsetof({name}, {field.Name}) == {Marshal.OffsetOf(type, field.Name)}, \"{name}.{field.Name}\");");
                count++;
            }
        }
        return count;
    }

    private static int SizeOf(Type type) => (int)typeof(System.Runtime.CompilerServices.Unsafe).GetMethod("SizeOf")!.MakeGenericMethod(type).Invoke(null, null)!;
}
