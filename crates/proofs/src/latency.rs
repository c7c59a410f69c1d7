//! Latency: how long a booking takes where every call to the reservation system takes 100 ms, against what physics asks
//! for, and against one call after another, as the hotel's earlier program made them.

use std::{path::Path, time::Instant};

use anyhow::{Result, bail};
use chrono::Days;
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    client::Posada,
    hotel,
    programs::{Built, Sandbox, Setup, Worker},
};

/// How long every call takes.
pub const CALL_MS: u64 = 100;
/// The sizes that are timed, in rooms.
pub const SIZES: [usize; 3] = [3, 10, 20];
/// How many calls there are at once at most.
const AT_ONCE: usize = 6;
/// How many runs of a size come before those that count.
const WARM_UP: usize = 2;
const ROOMS: usize = 24;
/// How much longer than physics asks for is aimed at, in hundredths.
const AIM_PERCENT: u64 = 125;

/// The times of one size, in microseconds.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// Posada's, from the request to the whole answer.
    pub posada_us: Vec<u64>,
    /// Those of one call after another.
    pub loop_us: Vec<u64>,
}

/// Availability, then all rooms, six at a time.
#[must_use]
pub fn physics_ms(rooms: usize) -> u64 {
    CALL_MS * (1 + rooms.div_ceil(AT_ONCE) as u64)
}

/// Times and prints; fails where a booking is not made whole.
///
/// # Errors
/// Where a program fails, or a booking is answered otherwise than booked.
pub async fn run(built: &Built, folder: &Path, runs: usize) -> Result<()> {
    let settings = hotel::settings(ROOMS);
    let latency = ["--latency-ms".to_owned(), CALL_MS.to_string()];
    let sandbox = Sandbox::start(built, folder, &settings, &latency).await?;
    let vars = vec![("RESERVATION_API_URL".to_owned(), sandbox.url.clone())];
    let worker = Worker::start(&Setup { built, folder, settings: &settings, vars }).await?;
    let posada = Posada::new(&worker.url, &worker.keys)?;
    posada.load_payments(&[hotel::payment("LATENCY", 9_000_000_000)]).await?;
    println!(
        "A booking of n rooms, ms, every call to the reservation system taking {CALL_MS} ms: {runs} runs each."
    );
    println!(
        "{:>5}{:>9}{:>10}{:>9}{:>9}{:>8}{:>22}{:>9}",
        "rooms", "physics", "aim", "median", "p99", "ratio", "one by one: median", "ratio"
    );
    let (mut day, mut all_within) = (3, true);
    for rooms in SIZES {
        let mut times = Times::default();
        for run in 0..WARM_UP + runs {
            let (posada_us, loop_us) = (
                booked(&posada, run, day, rooms).await?,
                one_by_one(&sandbox.url, run, day + 1, rooms).await?,
            );
            day += 2;
            if run >= WARM_UP {
                times.posada_us.push(posada_us);
                times.loop_us.push(loop_us);
            }
        }
        all_within &= print(rooms, &mut times);
    }
    println!("{}", if all_within { "all medians are within the aim" } else { "a median is ABOVE the aim" });
    worker.end().await?;
    sandbox.end().await
}

async fn booked(posada: &Posada, run: usize, day: u64, rooms: usize) -> Result<u64> {
    let body = hotel::booking(run, "LATENCY", day, 1, &vec![2; rooms]);
    let started = Instant::now();
    let answer = posada.book(&format!("latency-{day}"), &body).await?;
    let took = started.elapsed();
    if answer.status != 200 || answer.what() != "booked" {
        bail!("{rooms} rooms were answered {}: {}", answer.status, answer.json);
    }
    Ok(u64::try_from(took.as_micros())?)
}

/// Availability, then a call for each room, each after the one before: no journal, no payment.
async fn one_by_one(url: &str, run: usize, day: u64, rooms: usize) -> Result<u64> {
    let http = Client::new();
    let check_in = (hotel::today() + Days::new(day)).to_string();
    let check_out = (hotel::today() + Days::new(day + 1)).to_string();
    let started = Instant::now();
    let free = format!("{url}/availability?check_in_date={check_in}&check_out_date={check_out}");
    let free: Vec<Value> = http.get(free).send().await?.error_for_status()?.json().await?;
    for (line, room) in free.iter().take(rooms).enumerate() {
        let reference = format!("loop{day}-{run}-{line}-1");
        let order = json!({
            "reference": reference, "room_number": room["room_number"], "bungalow_type": room["bungalow_type"],
            "check_in_date": check_in, "check_out_date": check_out, "package_type": "Hospedaje", "adults": 2,
            "children_0_5": 0, "children_6_10": 0, "extra_beds": 0, "amount": 172.5, "currency": "USD",
            "customer_name": "Xiomara Quijano", "email": "xiomara@correo-inventado.example",
            "phone_number": "+50370000000", "city": "Chalchuapa", "dui_passport": "04815162-3",
            "nationality": "Salvadoreña", "payment_method": "CompraClick", "authorization_number": "LATENCY",
            "payment_maker_name": "Wenceslao Iraheta", "customer_instructions": null,
        });
        let request =
            http.post(format!("{url}/reservations")).header("idempotency-key", reference).json(&order);
        let answer: Value = request.send().await?.error_for_status()?.json().await?;
        if answer["success"] != true {
            bail!("the reservation system answered {answer}");
        }
    }
    if free.len() < rooms {
        bail!("only {} rooms are free", free.len());
    }
    Ok(u64::try_from(started.elapsed().as_micros())?)
}

/// The time that so many percent of the runs are within.
fn percentile_us(times: &mut [u64], percent: usize) -> u64 {
    times.sort_unstable();
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or_default()
}

/// Prints a line, and says whether the median is within the aim.
fn print(rooms: usize, times: &mut Times) -> bool {
    let physics = physics_ms(rooms);
    let ms = |us: u64| us as f64 / 1_000.0;
    let (median, p99) = (percentile_us(&mut times.posada_us, 50), percentile_us(&mut times.posada_us, 99));
    let by_one = percentile_us(&mut times.loop_us, 50);
    let within = median <= physics * AIM_PERCENT * 10;
    println!(
        "{rooms:>5}{physics:>9}{:>10.0}{:>9.1}{:>9.1}{:>7.2}x{:>22.1}{:>8.1}x{}",
        (physics * AIM_PERCENT) as f64 / 100.0,
        ms(median),
        ms(p99),
        ms(median) / physics as f64,
        ms(by_one),
        ms(by_one) / ms(median),
        if within { "" } else { "  ABOVE the aim" },
    );
    within
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn physics_is_availability_and_six_rooms_at_a_time() {
        assert_eq!(SIZES.map(physics_ms), [200, 300, 500]);
        assert_eq!([1, 6, 7].map(physics_ms), [200, 200, 300]);
    }

    #[test]
    fn a_median_above_the_aim_is_told() {
        let times = |us| Times { posada_us: vec![us; 3], loop_us: vec![400_000; 3] };
        assert!(print(3, &mut times(250_000)));
        assert!(!print(3, &mut times(250_001)));
    }
}
