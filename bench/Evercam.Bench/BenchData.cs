using Evercam.Archive;
using Evercam.Server.Users;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Evercam.Bench;

/// <summary>A data directory with rows as the server would have written them. Not to be open while the server uses it.</summary>
internal sealed class BenchData : IAsyncDisposable
{
    public const string UserName = "bench";
    public const string Password = "correct-horse-battery";
    public const string ApiId = "b5d6c90a";
    public const string ApiKey = "a31505fce7268dfa702e31cb290a1f73";

    /// <summary>What the server makes of passwords.</summary>
    public static PasswordHasher<User> Hasher { get; } =
        new(Options.Create(new PasswordHasherOptions { IterationCount = UsersSetup.PasswordIterations }));

    /// <summary>Of the password: the same for everybody who has it, because making it takes long.</summary>
    private static readonly Lazy<string> PasswordHash = new(() => Hasher.HashPassword(null!, Password));

    private readonly ServiceProvider services;

    private BenchData(ServiceProvider services) => this.services = services;

    public ISnapshotIndex Index => services.GetRequiredService<ISnapshotIndex>();

    /// <summary>Opens a data directory, and makes it if there is none.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="postgres">How to reach PostgreSQL; without, the database is SQLite.</param>
    /// <param name="cancellation">Ends the opening.</param>
    public static Task<BenchData> OpenAsync(string directory, string? postgres, CancellationToken cancellation) => OpenAsync(
        directory, postgres is null ? [] : new Dictionary<string, string> { ["ConnectionStrings:Evercam"] = postgres }, cancellation);

    /// <summary>The same, with a server's settings.</summary>
    public static async Task<BenchData> OpenAsync(
        string directory, IReadOnlyDictionary<string, string> settings, CancellationToken cancellation)
    {
        var data = new BenchData(new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
                [new("Evercam:DataDirectory", directory), .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))]).Build())
            .AddLogging()
            .AddEvercamStorage()
            .BuildServiceProvider());
        try
        {
            await data.services.PrepareEvercamStorageAsync(cancellation);
            return data;
        }
        catch
        {
            await data.DisposeAsync();
            throw;
        }
    }

    /// <summary>A user with the <see cref="Password"/>.</summary>
    public static User NewUser(string name, string apiId, string apiKey)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new()
        {
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            Email = $"{name}@example.org",
            NormalizedEmail = $"{name}@example.org".ToUpperInvariant(),
            PasswordHash = PasswordHash.Value,
            SecurityStamp = "bench",
            Forename = "Ben",
            Lastname = "Chmark",
            Country = "ie",
            CreatedAt = now,
            UpdatedAt = now,
            ConfirmedAt = now,
            Credential = new ApiCredential { ApiId = apiId, ApiKey = apiKey },
        };
    }

    public EvercamDb OpenCatalog() => services.GetRequiredService<IDbContextFactory<EvercamDb>>().CreateDbContext();

    /// <summary>Its pictures, not started.</summary>
    public SnapshotArchive OpenArchive(SnapshotArchiveOptions options) => new(
        services.GetRequiredService<IPackStore>(), Index, options, TimeProvider.System, NullLogger<SnapshotArchive>.Instance);

    /// <summary>Adds the user and that user's cameras, <c>camera-0</c> and so on.</summary>
    /// <param name="count">How many cameras.</param>
    /// <param name="recordFrom">The loopback port that their pictures come from, one per second; without, they are not
    /// recorded.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The cameras' keys.</returns>
    public async Task<IReadOnlyList<long>> AddCamerasAsync(int count, int? recordFrom, CancellationToken cancellation)
    {
        await using var db = OpenCatalog();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var user = NewUser(UserName, ApiId, ApiKey);
        db.Add(user);
        await db.SaveChangesAsync(cancellation);
        var cameras = Enumerable.Range(0, count).Select(number => NewCamera(number, user.Id, recordFrom, now)).ToList();
        db.AddRange(cameras);
        await db.SaveChangesAsync(cancellation);
        return [.. cameras.Select(camera => camera.Key)];
    }

    /// <summary>Stores pictures of one camera through the archive, one per second from a moment on.</summary>
    public Task AddPicturesAsync(
        long cameraKey, DateTimeOffset from, IEnumerable<byte[]> pictures, CancellationToken cancellation) =>
        AddPicturesAsync(pictures.Select((picture, second) => (cameraKey, from.AddSeconds(second), picture)), cancellation);

    /// <summary>Stores pictures through the archive.</summary>
    public async Task AddPicturesAsync(
        IEnumerable<(long Camera, DateTimeOffset TakenAt, byte[] Bytes)> pictures, CancellationToken cancellation)
    {
        await using var archive = OpenArchive(new());
        await archive.StartAsync(cancellation);
        var durable = new List<Task>();
        foreach (var (camera, takenAt, bytes) in pictures)
        {
            var snapshot = new NewSnapshot(camera, takenAt, PictureType.Jpeg, bytes);
            durable.Add((await archive.AppendAsync(snapshot, cancellation)).Durable);
        }

        await Task.WhenAll(durable);
    }

    /// <summary>Bounds how long the pictures of all cameras are kept.</summary>
    public async Task KeepAsync(int days, CancellationToken cancellation)
    {
        await using var db = OpenCatalog();
        await db.Cameras.ExecuteUpdateAsync(set => set.SetProperty(c => c.Recording.KeepDays, days), cancellation);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static Camera NewCamera(int number, long owner, int? recordFrom, long now) => new()
    {
        Key = CameraKeys.Next(TimeProvider.System),
        Id = $"camera-{number}",
        OwnerKey = owner,
        Name = $"Camera {number}",
        CreatedAt = now,
        UpdatedAt = now,
        IsPublic = false,
        ExternalHost = recordFrom is null ? null : "127.0.0.1",
        ExternalHttpPort = recordFrom,
        JpgUrl = Setting.Of($"/{number % Pictures.Count}.jpg?camera={number}"),
        Recording = new Recording
        {
            Status = recordFrom is null ? RecordingStatus.Off : RecordingStatus.On,
            PicturesPerMinute = 60,
        },
    };
}
