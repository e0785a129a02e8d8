// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {ITokenSpender} from "../../../../contracts/interfaces/external/ITokenSpender.sol";
import {IRlc} from "../../../../contracts/interfaces/IRlc.sol";

contract RlcApproveAndCall_Unit_Test is Test {
    error Because(uint256 reason);

    IRlc internal rlc = IRlc(deployCode("Rlc.sol:Rlc"));
    address internal alice = makeAddr("alice");
    address internal spender = makeAddr("spender");

    function setUp() external {
        vm.etch(spender, hex"00");
    }

    function message(uint256 amount, bytes memory data) internal view returns (bytes memory) {
        return abi.encodeCall(ITokenSpender.receiveApproval, (alice, amount, address(rlc), data));
    }

    function test_RevertWhen_TheSpenderHasNoCode() external {
        address nobody = makeAddr("nobody");

        vm.expectRevert(abi.encodeWithSelector(IRlc.ApprovalNotAccepted.selector, nobody));
        vm.prank(alice);
        rlc.approveAndCall(nobody, 5, "");
    }

    function test_RevertWhen_TheSpenderAnswersNo() external {
        vm.mockCall(spender, message(5, "data"), abi.encode(false));

        vm.expectRevert(abi.encodeWithSelector(IRlc.ApprovalNotAccepted.selector, spender));
        vm.prank(alice);
        rlc.approveAndCall(spender, 5, "data");
    }

    function test_RevertWhen_TheSpenderFailsWithoutSayingWhy() external {
        vm.mockCallRevert(spender, message(5, "data"), "");

        vm.expectRevert(abi.encodeWithSelector(IRlc.ApprovalNotAccepted.selector, spender));
        vm.prank(alice);
        rlc.approveAndCall(spender, 5, "data");
    }

    function test_RevertWhen_TheSpenderAnswersNothing() external {
        vm.mockCall(spender, message(5, "data"), "");

        vm.expectRevert(abi.encodeWithSelector(IRlc.ApprovalNotAccepted.selector, spender));
        vm.prank(alice);
        rlc.approveAndCall(spender, 5, "data");
    }

    function testFuzz_RevertWhen_TheSpenderAnswersSomethingElse(bytes calldata answer) external {
        vm.assume(answer.length > 0);
        vm.assume(bytes32(answer) != bytes32(uint256(1)));
        vm.mockCall(spender, message(5, "data"), answer);

        vm.expectRevert(abi.encodeWithSelector(IRlc.ApprovalNotAccepted.selector, spender));
        vm.prank(alice);
        rlc.approveAndCall(spender, 5, "data");
    }

    function test_RevertWhen_TheSpenderFailsAndSaysWhy() external {
        bytes memory reason = abi.encodeWithSelector(Because.selector, 7);
        vm.mockCallRevert(spender, message(5, "data"), reason);

        // It should revert with that reason.
        vm.expectRevert(reason);
        vm.prank(alice);
        rlc.approveAndCall(spender, 5, "data");
    }

    function testFuzz_WhenTheSpenderAccepts(uint256 amount, bytes calldata data) external {
        vm.mockCall(spender, message(amount, data), abi.encode(true));

        // It should emit {Approval}.
        vm.expectEmit(address(rlc));
        emit IERC20.Approval(alice, spender, amount);
        // It should tell the spender.
        vm.expectCall(spender, message(amount, data));
        vm.prank(alice);
        assertTrue(rlc.approveAndCall(spender, amount, data), "answer");

        // It should approve the spender.
        assertEq(rlc.allowance(alice, spender), amount, "allowance");
    }
}
