"""Learns to read handwritten digits, and writes down how well.

The 1797 pictures of 8x8 pixels come with scikit-learn, so nothing is downloaded. The same seed
gives the same model, the same numbers and the same picture.
"""

import argparse
import json
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

OUTPUTS = Path("outputs")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=7, help="how the pictures are divided")
    parser.add_argument("--c", type=float, default=4.0, help="the price of a training error")
    parser.add_argument("--test-share", type=float, default=0.25, help="what is kept for the test")
    return parser.parse_args()


def train(arguments):
    digits = load_digits()
    train_x, test_x, train_y, test_y = train_test_split(
        digits.data,
        digits.target,
        test_size=arguments.test_share,
        random_state=arguments.seed,
        stratify=digits.target,
    )
    print(f"training on {len(train_x)} digits, testing on {len(test_x)}")
    model = make_pipeline(StandardScaler(), SVC(C=arguments.c, random_state=arguments.seed))
    model.fit(train_x, train_y)
    return model, test_y, model.predict(test_x)


def write_outputs(model, arguments, expected, predicted):
    OUTPUTS.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, OUTPUTS / "model.joblib")

    metrics = {
        "accuracy": round(float(accuracy_score(expected, predicted)), 4),
        "f1_macro": round(float(f1_score(expected, predicted, average="macro")), 4),
        "tested": len(expected),
        "wrong": int((expected != predicted).sum()),
        "arguments": vars(arguments),
    }
    (OUTPUTS / "metrics.json").write_text(json.dumps(metrics, indent=2, sort_keys=True) + "\n")

    display = ConfusionMatrixDisplay.from_predictions(expected, predicted, cmap="Blues")
    display.ax_.set_title(f"accuracy {metrics['accuracy']:.4f}")
    display.figure_.savefig(OUTPUTS / "confusion.png", dpi=120, bbox_inches="tight")
    plt.close(display.figure_)
    return metrics


def main():
    arguments = parse_arguments()
    model, expected, predicted = train(arguments)
    metrics = write_outputs(model, arguments, expected, predicted)
    print(f"accuracy {metrics['accuracy']:.4f}, {metrics['wrong']} of {metrics['tested']} wrong")
    for path in sorted(OUTPUTS.iterdir()):
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
