namespace Brig.Linux.Bpf;

/// <summary>Where the recorder's programs find in this kernel what they read. Read once: it stays so until a reboot.</summary>
/// <param name="SystemCall">The tracepoint sys_enter.</param>
/// <param name="Execution">The tracepoint sched_process_exec.</param>
/// <param name="CapableTracepoint">The tracepoint cap_capable, since Linux 6.14; null: there is none.</param>
/// <param name="CapableFunction">The function cap_capable; null: there is none to watch.</param>
/// <param name="Overcommit">Where security_vm_enough_memory_mm lies; null: not told.</param>
/// <param name="Status">Offset in task_struct of the word that says "a 32-bit call".</param>
/// <param name="RealCredentials">Offset in task_struct.</param>
internal sealed record RecorderTypes(uint SystemCall, uint Execution, uint? CapableTracepoint, uint? CapableFunction, (ulong Start, int Length)? Overcommit, int Status, int RealCredentials)
{
    private static readonly Lazy<RecorderTypes> s_kernel = new(ReadKernel, LazyThreadSafetyMode.PublicationOnly);

    /// <exception cref="LinuxException">ENOENT: the kernel was built without type information (CONFIG_DEBUG_INFO_BTF), or lacks what is looked for.</exception>
    public static RecorderTypes Read() => s_kernel.Value;

    private static RecorderTypes ReadKernel()
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(KernelTypes.File);
        }
        catch (IOException)
        {
            throw new LinuxException("read", KernelTypes.File, Errno.ENOENT);
        }
        var types = KernelTypes.Read(
            file, ["cap_capable"], ["sys_enter", "sched_process_exec", "cap_capable"], ["task_struct.thread_info", "thread_info.status", "task_struct.real_cred"]);
        return new(
            Found(types.Tracepoint("sys_enter"), "sys_enter"), Found(types.Tracepoint("sched_process_exec"), "sched_process_exec"),
            types.Tracepoint("cap_capable"), types.Function("cap_capable"), types.Tracepoint("cap_capable") is null ? null : KernelSymbols.Find("security_vm_enough_memory_mm"),
            Found(types.Offset("task_struct", "thread_info"), "task_struct.thread_info") + Found(types.Offset("thread_info", "status"), "thread_info.status"),
            Found(types.Offset("task_struct", "real_cred"), "task_struct.real_cred"));
    }

    private static T Found<T>(T? value, string what) where T : struct => value ?? throw new LinuxException($"look for {what} in", KernelTypes.File, Errno.ENOENT);
}
