//! A terminal that reads output as fast as possible, splits it into frames, and examines them only on request.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, MasterPty};
use rustix::process::{Pid, Signal, kill_process};

use crate::process::Process;
use crate::program::Program;

/// The time limit of each wait.
const PATIENCE: Duration = Duration::from_secs(120);
const SIZE: (u16, u16) = (200, 50);
/// The end of a frame: the end of a synchronised update.
const END: &[u8] = b"\x1b[?2026l";

pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    frames: Receiver<Frame>,
    _master: Box<dyn MasterPty + Send>,
}

/// The output between two frame ends, and the time at which its end was read.
pub(crate) struct Frame {
    pub(crate) at: Instant,
    written: Vec<u8>,
}

impl Terminal {
    pub(crate) fn start(home: &Path, arguments: &[&str]) -> Self {
        let Program { child, master } = Program::start(home, arguments, SIZE, &[]);
        let keyboard = master.take_writer().unwrap();
        let mut output = master.try_clone_reader().unwrap();
        let (sender, frames) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 64 * 1024];
            let mut written = Vec::new();
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                let at = Instant::now();
                let searched = written.len().saturating_sub(END.len());
                written.extend_from_slice(&bytes[..count]);
                let mut from = searched;
                while let Some(end) = find(&written[from..], END) {
                    let rest = written.split_off(from + end + END.len());
                    if sender.send(Frame { at, written: std::mem::replace(&mut written, rest) }).is_err() {
                        return;
                    }
                    from = 0;
                }
            }
        });
        Self { child, keyboard, frames, _master: master }
    }

    pub(crate) fn process(&self) -> Process {
        Process(self.child.process_id().unwrap())
    }

    /// Types these characters into the terminal.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits for the next frame with changed cells.
    pub(crate) fn next_frame(&mut self) -> Frame {
        self.frame_that(Frame::has_cells)
    }

    /// Waits for the next frame that contains this text contiguously.
    pub(crate) fn frame_with(&mut self, text: &str) -> Frame {
        self.frame_that(|frame| frame.has(text))
    }

    pub(crate) fn frame_that(&mut self, is_so: impl Fn(&Frame) -> bool) -> Frame {
        loop {
            let frame = self.frames.recv_timeout(PATIENCE).expect("a frame that shows it");
            if is_so(&frame) {
                return frame;
            }
        }
    }

    /// Counts the frames up to the one that contains this text, and returns its time.
    pub(crate) fn frames_until(&mut self, text: &str) -> (u32, Instant) {
        let mut count = 1;
        loop {
            let frame = self.frames.recv_timeout(PATIENCE).expect("a frame that shows it");
            if frame.has(text) {
                return (count, frame.at);
            }
            count += 1;
        }
    }

    /// Waits until there was no frame for this long.
    pub(crate) fn quiet(&mut self, how_long: Duration) {
        loop {
            match self.frames.recv_timeout(how_long) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => panic!("the program ended"),
            }
        }
    }

    /// Quits the program, and waits for its end.
    pub(crate) fn end(mut self) {
        kill_process(Pid::from_raw(self.process().0.cast_signed()).unwrap(), Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The program may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Frame {
    pub(crate) fn has(&self, text: &str) -> bool {
        find(&self.written, text.as_bytes()).is_some()
    }

    /// Whether any cell was written. A frame without changes consists of escape sequences only.
    pub(crate) fn has_cells(&self) -> bool {
        let mut bytes = self.written.iter().copied();
        while let Some(byte) = bytes.next() {
            if byte != 0x1b {
                return true;
            }
            match bytes.next() {
                // Ends with a letter or the like.
                Some(b'[') => drop(bytes.by_ref().find(|byte| (0x40..=0x7e).contains(byte))),
                // A title, a link: ends with a bell or a backslash.
                Some(b']') => drop(bytes.by_ref().find(|byte| matches!(byte, 0x07 | b'\\'))),
                _ => {}
            }
        }
        false
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
