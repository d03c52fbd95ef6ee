//! Tells a history: performs each step, and checks what must hold after it.

use super::steps::{DEVICES, PEOPLE, Step};
use super::unread::View;
use super::world::World;

impl World {
    /// Performs the steps after adding the second person to the group, and compares all clients at the end.
    pub(super) async fn tell(&mut self, steps: &[Step]) -> Result<(), String> {
        self.take(&Step::Add { who: 0, whom: 1 }).await?;
        for step in steps {
            self.take(step).await?;
        }
        self.compare().await
    }

    async fn take(&mut self, step: &Step) -> Result<(), String> {
        let before: Vec<Vec<View>> = self.devices.iter().map(|both| both.iter().map(View::of).collect()).collect();
        self.take_one(step).await;
        self.settle().await;
        self.check_unread(step, &before).map_err(|error| format!("after {step:?}: {error}"))
    }

    /// Reconnects every device, and compares all clients with the reference.
    async fn compare(&mut self) -> Result<(), String> {
        for who in 0..PEOPLE.len() {
            for device in 0..DEVICES {
                self.devices[who][device].resize((80, 24));
                self.take(&Step::Mend { who, device }).await?;
            }
        }
        for who in 0..PEOPLE.len() {
            self.compare_counts(who).await?;
        }
        for who in 0..PEOPLE.len() {
            self.compare_logs(who).await?;
        }
        Ok(())
    }
}
