using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Activities;

/// <summary>The log of a camera (contract 4.10), for its owner.</summary>
internal static class LogEndpoints
{
    /// <summary>No call reads more lines than that, however long the log is: of a longer period, the newest are told.</summary>
    private const int LongestPeriod = 10_000;

    public static void MapLogs(this IEndpointRouteBuilder api) => api.MapGet("/cameras/{id}/logs", ListAsync).NeedsOwner();

    private static async Task<IResult> ListAsync(
        LogRequest request, CameraAccess access, EvercamDb db, CancellationToken cancellation)
    {
        if (request.From > request.To)
        {
            throw ApiException.BadRequest("From can't be higher than to");
        }

        var camera = access.Camera;
        var told = Told(db.Activities.AsNoTracking().Where(activity => activity.CameraKey == camera.Key), request);
        var pages = (await told.CountAsync(cancellation) + request.Limit - 1) / request.Limit;
        var page = request.Skip is { } skip
            ? await ReadAsync(NewestFirst(told).Skip(skip).Take(request.Limit), db, cancellation)
            : [];
        if (!request.Objects)
        {
            return TypedResults.Ok(new LogResponse([.. page.Select(entry => entry.Tell(camera.Id))], pages));
        }

        var name = await db.Cameras.Where(c => c.Key == camera.Key).Select(c => c.Name).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound("Camera does not exist");
        return TypedResults.Ok(new LogObjectsResponse(page, camera.Id, name, pages));
    }

    private static IQueryable<Activity> Told(IQueryable<Activity> log, LogRequest request)
    {
        if (request.From?.ToUnixTimeSeconds() is { } from)
        {
            log = log.Where(activity => activity.DoneAt >= from);
        }

        if (request.To?.ToUnixTimeSeconds() is { } to)
        {
            log = log.Where(activity => activity.DoneAt <= to);
        }

        var newest = NewestFirst(log).Take(LongestPeriod);
        return request.Kinds is { } kinds ? newest.Where(activity => kinds.Contains(activity.Kind)) : newest;
    }

    private static IQueryable<Activity> NewestFirst(IQueryable<Activity> log) =>
        log.OrderByDescending(activity => activity.DoneAt).ThenByDescending(activity => activity.Key);

    private static async Task<List<LogEntry>> ReadAsync(IQueryable<Activity> page, EvercamDb db, CancellationToken cancellation)
    {
        var read = await page.ToListAsync(cancellation);
        var people = read.SelectMany(activity => new[] { activity.UserKey, activity.ShareeKey }).OfType<long>().Distinct().ToList();
        var users = await db.Users.Where(user => people.Contains(user.Id))
            .Select(user => new { user.Id, user.UserName, user.Email }).ToDictionaryAsync(user => user.Id, cancellation);
        var programs = read.Select(activity => activity.ClientKey).OfType<long>().Distinct().ToList();
        var clients = await db.Clients.Where(client => programs.Contains(client.Key))
            .ToDictionaryAsync(client => client.Key, client => client.Name, cancellation);
        return [.. read.Select(activity => LogEntry.Of(
            activity,
            Find(users, activity.UserKey)?.UserName,
            Find(clients, activity.ClientKey),
            Find(users, activity.ShareeKey)?.Email))];
    }

    private static T? Find<T>(Dictionary<long, T> known, long? key)
        where T : class => key is { } asked ? known.GetValueOrDefault(asked) : null;
}
