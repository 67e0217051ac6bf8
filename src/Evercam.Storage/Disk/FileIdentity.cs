namespace Evercam.Storage.Disk;

/// <summary>Which file it is, whatever its name: a name may come to mean another one.</summary>
/// <param name="Device">The file system it is on.</param>
/// <param name="Number">Its number there.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Number);
